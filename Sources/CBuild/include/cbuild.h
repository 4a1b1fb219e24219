// What Package.swift knew when the program was built.
#ifndef CBUILD_H
#define CBUILD_H

/// The commit, 40 hexadecimal digits; "unknown" where the sources were no git repository.
const char *cbuild_commit(void);

/// 1 where files differed from the commit, else 0.
int cbuild_has_changes(void);

#endif
