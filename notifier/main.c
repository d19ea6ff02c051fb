#include "notifier_program.h"

int main(int argc, char **argv) {
    return service_main(&notifier_service, argc, argv);
}
