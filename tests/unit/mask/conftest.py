"""What all tests of masks have in common."""

import pyarrow as pa

# At its first array pyarrow imports pandas, if it is there; a property's first example must not be
# what takes that long.
pa.array([0])
