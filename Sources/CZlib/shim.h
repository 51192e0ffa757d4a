// zlib, for deflated entries of PyTorch archives.
#include <zlib.h>
