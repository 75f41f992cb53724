from . import support_policy
