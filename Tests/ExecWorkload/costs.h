/* The programs that the kinds of costs.c execute. */
#ifndef COSTS_H
#define COSTS_H

/* MICROSECONDS THREADS [NEXT]: uses so much CPU time, then executes NEXT to do the same. */
int run_burn(char **operands);

/* HOW [PATH]: ends so. */
int run_die(char **operands);

#endif
