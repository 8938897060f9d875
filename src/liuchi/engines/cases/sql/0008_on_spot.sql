-- Settled on the spot: filed and done in one step; sent back, it is dispatched like any other.
CREATE OR REPLACE FUNCTION cases_moves() RETURNS TABLE (state_before text, state_after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES ('checking', 'closed'), ('checking', 'filed'),
           ('checking', 'handling'), ('checking', 'withdrawn'),
           ('closed', 'filed'), ('dispatched', 'checking'),
           ('dispatched', 'feedback'), ('dispatched', 'filed'),
           ('dispatched', 'handling'), ('dispatched', 'suspended'),
           ('dispatched', 'withdrawn'), ('feedback', 'checking'),
           ('feedback', 'closed'), ('feedback', 'filed'),
           ('feedback', 'handling'), ('feedback', 'withdrawn'),
           ('filed', 'checking'), ('filed', 'dispatched'),
           ('filed', 'feedback'), ('filed', 'handling'),
           ('filed', 'suspended'), ('filed', 'withdrawn'),
           ('handling', 'checking'), ('handling', 'feedback'),
           ('handling', 'filed'), ('handling', 'suspended'),
           ('handling', 'withdrawn'), ('rejected', 'reported'),
           ('reported', 'checking'), ('reported', 'feedback'),
           ('reported', 'filed'), ('reported', 'rejected'),
           ('reported', 'verifying'), ('reported', 'withdrawn'),
           ('suspended', 'dispatched'), ('suspended', 'filed'),
           ('suspended', 'handling'), ('suspended', 'withdrawn'),
           ('verifying', 'checking'), ('verifying', 'feedback'),
           ('verifying', 'filed'), ('verifying', 'rejected'),
           ('verifying', 'withdrawn')
$$;
