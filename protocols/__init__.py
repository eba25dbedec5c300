"""The open commerce protocols, translated to and from the verbs of the layers below."""
