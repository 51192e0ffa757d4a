#include "CRAMImageCodecs.h"
