"""Notices 提示单: who has to know what, through which channel, and when.

An inbox for everybody, and adapters that carry word of it out by SMS or WeChat. This
engine refuses to know why something is worth a notice: flows read the journal and say so.
Nothing is sent twice, nothing at night, and nothing that names a person. Notices follow
from facts and are no facts themselves: losing them all would lose nothing that counts.
"""
