"""What must be set before any test module imports scipy."""

import os

# without it scikit-learn skips its own check of array API input
os.environ["SCIPY_ARRAY_API"] = "1"
