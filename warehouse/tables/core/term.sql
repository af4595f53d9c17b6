/*
grain = { zh = "一行为一个词表中一个代码的名称", en = "one row per code of a vocabulary, with what it is called" }
owner = "data"
entity = "term"
key = ["term_id"]
complete = "staging.term"
follows = { term = "term_id" }
*/
select id as term_id, vocabulary, code, name_zh, name_en
from staging.term
