#include "loadline_abi.h"
