/*
 * No functions of our own. PCRE2 wants to be told which of its libraries is meant: the one that takes a string as bytes.
 * Its functions and types then have the suffix _8; Swift cannot import the macros that would leave it out.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
