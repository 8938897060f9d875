"""Files: evidence and documents, private and content-addressed.

What comes in is looked at by content, decoded within limits and written anew, so
that nothing but the picture is kept: no place, no device, no name, no stowaway.

It refuses to know what a file is evidence of: others hold its id.
"""
