/*
 * cmocka and what its header wants before it.
 */
#ifndef MOCKRC_TESTS_CMOCKA_ALL_H
#define MOCKRC_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
