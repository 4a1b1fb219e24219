#include "cbuild.h"

const char *cbuild_commit(void) { return MAMMO_COMMIT; }

int cbuild_has_changes(void) { return MAMMO_HAS_CHANGES; }
