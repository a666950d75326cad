/* The reference client itself: the command line, and that what it prints arrives. */
#include <errno.h>
#include <stdio.h>

#include "command.h"

int main(int argc, char **argv)
{
    int code = run_command_line(argc, argv);
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);
    if (!is_lost || errno == EPIPE || code == EXIT_ENVIRONMENT)
        return code;
    fputs("rc-client: stdout cannot be written\n", stderr);
    return EXIT_ENVIRONMENT;
}
