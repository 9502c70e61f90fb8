/*
 * One function of our own: Swift cannot import the macro for a destructor that has SQLite copy what it is given.
 */
#include <sqlite3.h>

static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }
