from . import channel
from . import company
from . import visit
from . import tracking
from . import request
