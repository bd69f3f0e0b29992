"""What the search columns are generated with. publishing/search.py asks in the same terms."""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION search_pairs(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
-- Every two neighbouring characters of Japanese and Korean runs; the last of a run stands alone,
-- which keeps runs apart and lets one character be found as the beginning of a pair.
DECLARE
    letters text[] := string_to_array(
        regexp_replace(words, '[^々-〇ぁ-ヿㇰ-ㇿ㐀-䶿一-鿿가-힣豈-﫿]+', ' ', 'g'), NULL);
    pairs text[] := '{}';
BEGIN
    FOR i IN 1 .. coalesce(array_length(letters, 1), 0) LOOP
        IF letters[i] <> ' ' THEN
            pairs[i] := letters[i] || coalesce(letters[i + 1], '');
        END IF;
    END LOOP;
    RETURN array_to_string(pairs, ' ');
END $$;

-- Bodies in BEGIN ATOMIC know the functions they call by identity, not by search path: only so can
-- pg_restore, which has none, fill a table with a generated column.

CREATE FUNCTION search_words(texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC
    -- One width, small letters, no tags. A vector holds one megabyte: nobody reads on after
    -- 100,000 characters, so nobody searches there.
    SELECT left(lower(normalize(
        regexp_replace(array_to_string(texts, ' '), '<[^>]*>', ' ', 'g'), NFKC)), 100000);
END;

CREATE FUNCTION search_part(texts text[], weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC
    -- English without the runs, which it would take for words of twenty characters.
    SELECT setweight(to_tsvector('english', spaced) || to_tsvector('simple', pairs), weight)
    FROM (
        SELECT
            regexp_replace(words, '[々-〇ぁ-ヿㇰ-ㇿ㐀-䶿一-鿿가-힣豈-﫿]+', ' ', 'g') AS spaced,
            search_pairs(words) AS pairs
        FROM (SELECT search_words(texts) AS words OFFSET 0) AS folded
        OFFSET 0
    ) AS both_ways;
END;

CREATE FUNCTION search_vector(title text[], teaser text[], body text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC
    SELECT search_part(title, 'A') || search_part(teaser, 'B') || search_part(body, 'C');
END;
"""
NO_FUNCTIONS = """
DROP FUNCTION search_vector(text[], text[], text[]);
DROP FUNCTION search_part(text[], "char");
DROP FUNCTION search_words(text[]);
DROP FUNCTION search_pairs(text);
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
