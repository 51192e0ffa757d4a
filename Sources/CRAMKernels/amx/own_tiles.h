// Taking and giving back the thread's tiles: to be included behind `tiles.h`, inside of its target attribute.

static void begin(void) { ramk_tiles_configure(); }

static void end(void) { ramk_tiles_release(); }
