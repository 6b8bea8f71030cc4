"""NEAR: who comes near a store, from the positions that customers agreed to let us know."""
