#include "api_program.h"

int main(int argc, char **argv) {
    return service_main(&api_service, argc, argv);
}
