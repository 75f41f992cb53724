from . import request
from . import controller
