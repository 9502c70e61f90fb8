/* The programs that the kinds of launches.c execute. */
#ifndef LAUNCHES_H
#define LAUNCHES_H

/* PATH…: executes the first to do the same with the others. */
int run_relay(char **paths);

/* PREFIX COUNT: tries to execute PREFIX1, PREFIX2 and so on, which are not there. */
int run_tries(char **operands);

#endif
