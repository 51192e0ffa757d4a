// The state of a thread that has tiles in plain C.

#define RAMK_EMULATES_TILES

#include "amx/tiles.h"

_Thread_local int ramk_tiles_are_configured;
