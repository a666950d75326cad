/*
 * How many files and sockets this process may have open. A phone over TLS takes three descriptors, and
 * what a login gives, often 1,024, is soon used up.
 */
#ifndef MOCKRC_BASE_DESCRIPTORS_H
#define MOCKRC_BASE_DESCRIPTORS_H

/* Lifts the soft limit to the hard one, as every process may for itself; a failure changes nothing. */
void descriptors_allow_all(void);

#endif
