#include "worker_program.h"

int main(int argc, char **argv) {
    return service_main(&worker_service, argc, argv);
}
