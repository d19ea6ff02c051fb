#include "scheduler_program.h"

int main(int argc, char **argv) {
    return service_main(&scheduler_service, argc, argv);
}
