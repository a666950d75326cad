/* rc-client: the command line; nothing else. */
#include "command.h"

int main(int argc, char **argv)
{
    return run_command_line(argc, argv);
}
