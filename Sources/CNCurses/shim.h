/* ncursesw, and accessors for what Swift cannot import from it. */
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stdio.h>

/* From <term.h>, whose macros for every capability would otherwise come along. */
extern int setupterm(const char *term, int file_descriptor, int *error);
extern char *tigetstr(const char *name);
extern struct term *cur_term;
extern int del_curterm(struct term *terminal);

/* Swift 6 refuses global variables of C as unsafe to share: stdscr, curscr, COLORS, COLOR_PAIRS, cur_term, stdin. */
static inline WINDOW *exectop_stdscr(void) { return stdscr; }
static inline WINDOW *exectop_curscr(void) { return curscr; }
static inline int exectop_colors(void) { return COLORS; }
static inline int exectop_color_pairs(void) { return COLOR_PAIRS; }
static inline SCREEN *exectop_newterm(FILE *output, FILE *input) { return newterm(NULL, output, input); }
static inline FILE *exectop_stdin(void) { return stdin; }

/* Frees what the last setupterm allocated; needed because cur_term is a global variable. */
static inline void exectop_forget_terminal_type(void) { del_curterm(cur_term); }

/* Swift imports neither casts nor function-like macros: the attributes. */
static inline attr_t exectop_bold(void) { return WA_BOLD; }
static inline attr_t exectop_dim(void) { return WA_DIM; }
static inline attr_t exectop_reverse(void) { return WA_REVERSE; }
static inline attr_t exectop_underline(void) { return WA_UNDERLINE; }

/* The same for the mouse events. */
static inline mmask_t exectop_button1_pressed(void) { return BUTTON1_PRESSED; }
static inline mmask_t exectop_wheel_up(void) { return BUTTON4_PRESSED; }
static inline mmask_t exectop_wheel_down(void) { return BUTTON5_PRESSED; }
