/* Calls functions of iapt.h as arbitrary bytes tell: which ones, in which order, with which arguments. What the header
   asks of a caller is kept (lengths are true, memory is the caller's); everything else is as wild as the bytes are. */

#ifndef CALLS_H
#define CALLS_H

#include <stddef.h>
#include <stdint.h>

/* A digest of all answers, the same for the same bytes. Ends the program where the library answers with a fault of its
   own. */
uint64_t fuzz_calls(const uint8_t *data, size_t size);

#endif
