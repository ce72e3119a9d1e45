"""The closed vocabulary: nodes, functions, units and types that an expression is made of.

Everything here is pure: it computes from its arguments alone, touches no file, network, session or
catalogue, and runs no text as SQL. What is not listed is refused (promise P2).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPERATORS = _words(
    """
    Add Sub Mul Div IntDiv Mod Pow Neg DPipe And Or Xor Not Between Like ILike SimilarTo Glob
    GT GTE LT LTE EQ NEQ NullSafeEQ NullSafeNEQ Is BitwiseAnd BitwiseOr BitwiseXor BitwiseNot
    BitwiseLeftShift BitwiseRightShift RegexpLike RegexpILike Escape Any All
    Paren Tuple Array Case If Cast TryCast Null Boolean Interval AtTimeZone Overlaps
    Order Ordered WithinGroup Distinct Slice JSONValue
    """
)
"""Operators and syntax whose children are ordinary expressions."""

FUNCTIONS = _words(
    """
    Upper Lower Length Trim Substring Replace Coalesce Nullif Abs Round Ceil Floor Sqrt Exp Ln Log
    Sign Concat ConcatWs Initcap Left Right Pad Reverse SplitPart StrPosition Greatest Least Trunc
    WidthBucket Translate Chr Ascii Unicode Hex MD5 SHA2 SHA2Digest Encode Typeof StartsWith
    Contains RegexpReplace RegexpExtract RegexpCount
    Count Sum Avg Min Max AnyValue GroupConcat ArrayAgg Stddev StddevSamp StddevPop Variance
    VariancePop Corr CovarPop CovarSamp RegrSlope RegrIntercept LogicalAnd LogicalOr PercentileCont
    PercentileDisc Mode Median Quantile ApproxDistinct CountIf ArgMax ArgMin First Last Grouping
    Kurtosis Skewness
    RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue
    CurrentDate CurrentTimestamp CurrentTime Localtimestamp Localtime
    TimestampTrunc DateTrunc Extract TimeToStr StrToDate StrToTime ToChar UnixToTime TimeToUnix
    DateDiff DateAdd DateSub Date Datetime Time DateFromParts LastDay Year Month Day DayOfWeek
    DayOfMonth DayOfYear Week WeekOfYear Quarter Hour Minute Second Monthname Dayname ToDays
    TsOrDsToTimestamp TsOrDsToDate IsNan ArraySize ArrayContains
    JSONExtract JSONExtractScalar JSONBExtract JSONBExtractScalar
    JSONObject JSONArray JSONArrayAgg JSONObjectAgg JSONBObjectAgg JSONType JSONKeys JSONSet
    JSONRemove JSONBContainsTopKey JSONBContainsAnyTopKeys JSONBContainsAllTopKeys JSONBDeleteAtPath
    JSONBContains
    ArrayContainsAll ArrayContainedBy ArrayOverlaps ArrayAppend ArrayPrepend ArrayConcat
    ArrayPosition ArrayRemove ArrayToString StringToArray Split ArraySort SortArray ArrayDistinct
    ArrayReverse ArraySlice ArrayMax ArrayMin ArraySum ArrayFirst ArrayLast ArrayIntersect
    ArrayExcept ArrayCompact Flatten StructExtract Map ToMap MapKeys MapValues MapEntries MapSize
    MapFromEntries
    Explode
    GroupingId DateBin MakeInterval JustifyDays JustifyHours JustifyInterval BitLength Overlay
    Levenshtein Soundex RegexpExtractAll DayOfWeekIso TimestampFromParts TimeFromParts Pi Cbrt
    Degrees Radians Sin Cos Tan Asin Acos Atan Atan2 Cot Format IsInf BitwiseCount Isoweek
    YearOfWeek TimestampDiff TimestampAdd TimestampSub DatetimeTrunc UnixSeconds UnixMillis
    BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg RegrCount RegrR2 RegrAvgx RegrAvgy EndsWith ByteLength
    ApproxQuantile Century Decade
    """
)
"""Functions that the parser knows by a class of its own."""

NAMED_FUNCTIONS = {
    "postgres": _words(
        """
        age every make_date make_timestamp octet_length char_length regexp_match jsonb_array_length
        json_array_length jsonb_typeof json_typeof cardinality num_nonnulls num_nulls isfinite
        date_part justify_days justify_hours bit_length cbrt degrees radians sin cos tan asin acos
        atan atan2 pi log10 gcd lcm regr_count regr_r2 regr_avgx regr_avgy bit_and bit_or to_hex
        to_number starts_with btrim regexp_count regexp_substr json_extract_path_text
        json_extract_path jsonb_extract_path jsonb_extract_path_text
        json_build_object jsonb_build_object json_build_array jsonb_build_array jsonb_agg
        jsonb_object_keys json_object_keys jsonb_array_elements jsonb_array_elements_text
        json_array_elements json_array_elements_text jsonb_set jsonb_strip_nulls json_strip_nulls
        jsonb_insert jsonb_pretty jsonb_path_exists jsonb_path_match jsonb_path_query
        jsonb_path_query_first
        jsonb_path_query_array to_json to_jsonb array_to_json array_dims array_ndims array_upper
        array_lower array_positions array_replace regexp_split_to_array regexp_split_to_table
        regexp_matches regexp_instr regexp_like string_to_table generate_subscripts trim_array
        timezone justify_interval bit_count normalize min_scale
        quote_literal quote_ident quote_nullable row_to_json convert_to
        scale trim_scale div mod sinh cosh tanh cot erf regr_avgx regr_sxx regr_syy regr_sxy
        var_pop var_samp stddev_pop stddev_samp date_bin unistr
        int4range int8range numrange daterange tsrange tstzrange isempty
        row log
        make_time jsonb_object jsonb_object_agg_strict jsonb_object_agg_unique to_bin to_oct
        parse_ident asinh acosh atanh sind cosd tand cotd asind acosd atand atan2d erfc gamma lgamma
        casefold array_sort array_reverse pg_size_pretty
        decode hashtext hashtextextended hashint4 hashint8 sha224 sha384 sha512 factorial
        make_timestamptz
        jsonb_set_lax jsonb_path_query_first_tz jsonb_path_query_array_tz jsonb_path_exists_tz
        json_agg_strict jsonb_agg_strict json_object_agg_strict json_object_agg_unique
        range_agg range_intersect_agg range_merge lower_inc upper_inc lower_inf upper_inf
        datemultirange int4multirange nummultirange tsmultirange
        statement_timestamp transaction_timestamp
        to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery phraseto_tsquery ts_rank
        ts_rank_cd tsvector_to_array numnode strip setweight
        host masklen network netmask family
        """
    ),
    "duckdb": _words(
        """
        now date_part date_sub strlen bit_count product entropy isfinite isinf even cbrt degrees
        radians sin cos tan asin acos atan atan2 pi log2 log10 gcd lcm octet_length bit_length
        list_contains list_sum list_avg list_min list_max favg fsum mad sem epoch_ms isoyear
        isodow yearweek bit_and bit_or json_array_length ends_with suffix prefix to_months
        to_years to_hours to_minutes to_seconds millisecond microsecond century decade age
        approx_quantile json_extract_string
        element_at histogram list_aggregate list_unique list_position list_zip list_slice
        list_append list_prepend list_concat list_has list_has_any list_has_all list_first
        list_last list_reverse list_count list_median list_mode list_any_value list_extract
        list_cosine_similarity list_distance array_extract array_slice array_has array_cat
        list_stddev_samp list_var_samp list_string_agg list_element list_indexof
        json_group_array json_group_object json_array json_object json_merge_patch json_valid
        json_structure json_exists json_value json_transform from_json to_json json_contains
        map_keys map_values map_entries map_extract cardinality map_from_entries map_contains
        struct_extract struct_insert struct_keys struct_values row
        round_even printf format datepart datetrunc datediff datesub time_bucket epoch_us
        epoch_ns make_timestamp make_time monthname dayname isfinite timezone julian week era
        weekday try_strptime generate_subscripts hash
        jaccard damerau_levenshtein hamming jaro_similarity jaro_winkler_similarity levenshtein
         regexp_split_to_array regexp_full_match regexp_escape str_split
        string_split string_to_array array_to_string array_aggr array_aggregate instr
        left_grapheme right_grapheme length_grapheme substring_grapheme strip_accents
        nfc_normalize bin bar to_base format_bytes even fdiv fmod trunc lgamma
        gamma signbit nextafter xor bit_xor arg_min_null
        arg_max_null var_pop var_samp stddev_pop sem skewness kurtosis_pop entropy mode
        quantile_disc ceiling to_weeks to_days to_quarters to_milliseconds to_microseconds
        acosh asinh atanh cosh sinh tanh arbitrary mean kahan_sum sumkahan list_aggr list_intersect
        list_cat list_dot_product list_inner_product list_pack array_has_any
        array_indexof array_intersect array_unique greatest_common_divisor least_common_multiple
        json_pretty json_insert json_replace make_timestamp_ms make_timestamp_ns make_timestamptz
        map_extract_value millennium nanosecond md5_number ord parse_dirname parse_dirpath
        parse_filename parse_path regr_avgx regr_avgy regr_count regr_r2 regr_sxx regr_sxy regr_syy
        roundbankers sha1 to_centuries to_decades
        to_millennia url_decode url_encode timezone_hour timezone_minute histogram_exact
        list_transform list_apply array_transform array_apply list_filter array_filter list_reduce
        array_reduce add subtract multiply divide arg_max_nulls_last arg_min_nulls_last
        array_cosine_distance array_cosine_similarity array_distance
        array_dot_product array_inner_product array_negative_inner_product
        list_negative_inner_product list_negative_dot_product array_pop_back array_pop_front
        array_push_back array_push_front array_select array_where array_zip list_select list_where
        array_value array_grade_up list_grade_up grade_up array_to_json row_to_json base64
        from_base64 from_hex unhex days_in_month
        equi_width_bins factorial binom geomean geometric_mean json_quote json_strip_nulls
        json_deep_merge json_group_structure json_transform_strict from_json_strict
        list_approx_count_distinct list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or
        list_entropy list_histogram list_kurtosis list_kurtosis_pop list_mad list_product list_sem
        list_skewness list_stddev_pop list_var_pop map_concat map_contains_entry map_contains_value
        md5_number_lower md5_number_upper mismatches normalized_interval
        struct_concat
        wavg weighted_avg
        list_resize array_resize json str_split_regex string_split_regex list_cosine_distance
        to_base64
        """
    ),
    "sqlite": _words(
        """
        total julianday unixepoch datetime date time strftime likely unlikely json_array_length
        json_type quote instr format nullif printf
        json_array json_valid json_quote json_remove json_replace json_insert json_patch
        json_object json timediff concat concat_ws octet_length soundex trunc mod log2 log10
        sin cos tan asin acos atan atan2 sinh cosh tanh pi degrees radians ceiling string_agg
        acosh asinh atanh likelihood unhex json_pretty
        """
    ),
    "mysql": _words(
        """
        now yearweek weekday timediff makedate sec_to_time time_to_sec adddate subdate microsecond
        period_add period_diff unix_timestamp from_days field find_in_set strcmp crc32 conv mid ord
        oct bin json_unquote json_length json_contains json_contains_path json_valid json_type
        json_depth json_array json_arrayagg inet_aton inet_ntoa degrees radians sin cos tan cot asin
        acos atan atan2 pi bit_length octet_length character_length lcase ucase quote to_seconds
        time_format regexp_like json_objectagg
        add_months addtime subtime crc32c inet6_aton inet6_ntoa is_ipv4 is_ipv6 json_array_append
        json_array_insert json_compact json_detailed json_equals json_exists json_insert json_loose
        json_merge json_merge_patch json_merge_preserve json_normalize json_overlaps json_pretty
        json_query json_quote json_replace json_search lengthb make_set export_set
        natural_sort_key nvl2 sformat unhex to_base64 from_base64
        """
    ),
    "snowflake": _words(
        "to_date to_varchar to_number to_decimal iff zeroifnull nullifzero div0 date_part dayname"
    ),
    "bigquery": _words("safe_divide char_length character_length format_date format_timestamp"),
    "redshift": _words("nvl nvl2 date_part to_number char_length len btrim convert_timezone"),
    "trino": _words(
        "to_unixtime day_of_week day_of_year cardinality char_length from_iso8601_date"
    ),
    "tsql": _words("len datename isnull charindex patindex stuff eomonth datefromparts"),
}
"""Functions that the parser passes on by name."""

_JSON_ROWS = "key value type atom id parent fullkey path"

ROW_FUNCTIONS: dict[str, dict[str, str]] = {
    "postgres": {
        "jsonb_array_elements": "value",
        "jsonb_array_elements_text": "value",
        "json_array_elements": "value",
        "json_array_elements_text": "value",
        "jsonb_each": "key value",
        "jsonb_each_text": "key value",
        "json_each": "key value",
        "json_each_text": "key value",
        "jsonb_object_keys": "",
        "json_object_keys": "",
        "regexp_split_to_table": "",
        "regexp_matches": "",
        "string_to_table": "",
        "jsonb_path_query": "",
        "generate_subscripts": "",
        "jsonb_to_recordset": "(typed)",
        "json_to_recordset": "(typed)",
        "jsonb_to_record": "(typed)",
        "json_to_record": "(typed)",
    },
    "duckdb": {"json_each": _JSON_ROWS, "json_tree": _JSON_ROWS},
    "sqlite": {"json_each": _JSON_ROWS, "json_tree": _JSON_ROWS},
    "mysql": {"json_table": "(columns)"},
}
"""Functions in FROM, and the columns they give; none named: one called like the function, or like
its alias. Each reads its arguments alone."""

GENERATED_NAMES = _words(
    """
    upper lower length trim ltrim rtrim btrim substring substr replace coalesce nullif abs round
    ceil floor sqrt exp ln log sign concat concat_ws initcap left right lpad rpad reverse split_part
    position strpos instr greatest least trunc width_bucket translate chr char ascii unicode hex md5
    sha256 typeof starts_with contains regexp_replace regexp_matches regexp_extract regexp_count
    count sum avg min max any_value first last string_agg listagg group_concat array_agg list stddev
    stddev_samp stddev_pop variance var_samp var_pop corr covar_pop covar_samp regr_slope
    regr_intercept bool_and bool_or percentile_cont percentile_disc quantile_cont quantile_disc
    mode median quantile approx_count_distinct count_if arg_max arg_min max_by min_by grouping
    kurtosis skewness row_number rank dense_rank percent_rank cume_dist ntile lag lead
    first_value last_value nth_value power pow date_trunc extract to_char strftime strptime to_date
    to_timestamp
    date_diff date_add date datetime time make_date last_day year month day dayofweek dayofmonth
    dayofyear week weekofyear quarter hour minute second monthname dayname to_days epoch isnan
    array_length array_contains json_extract json_extract_path json_extract_path_text div iif
    current_date current_timestamp current_time localtimestamp try_cast cast generate_series unnest
    encode convert_to repeat printf sluicegate_sha256 zeroblob to_seconds regexp_like
    sha2 char_length date_sub date_format datediff timestampdiff str_to_date from_unixtime locate
    substring_index elt format stddev_pop convert_tz utc_timestamp utc_time utc_date bit_and bit_or
    bit_xor bit_count regexp_instr regexp_substr sha soundex json_object json_unquote json_keys
    timestamp pi degrees radians sin cos tan cot asin acos atan atan2 json_type log2 log10
    approx_distinct
    maketime truncate insert if curdate curtime weekday
    to_hex to_utf8 hashbytes convert replicate len datetrunc timestamp_trunc datetime_trunc iff
    isnull charindex datepart dateadd
    json_object json_array json_agg json_object_agg jsonb_object_agg json_group_array
    json_group_object json_type json_keys json_set array_append array_prepend array_cat
    array_position array_remove array_to_string string_to_array str_split list_append list_prepend
    list_concat list_sort array_reverse_sort list_distinct list_filter list_transform list_value
    list_reverse list_slice list_max list_min list_sum flatten struct_extract map
    quantile_cont quantile_disc json_remove space
    grouping_id date_bin time_bucket make_interval overlay levenshtein soundex regexp_extract_all
    isodow make_timestamp format json_value range bit_length pi isinf
    """
)
"""Names by which the generator and the masks call functions; checked on the finished text."""

SYNTAX_WORDS = _words(
    """
    select from where on and or not in as values exists any all some filter over within group by
    using union except intersect case when then else distinct cast varchar decimal numeric char text
    limit offset having qualify rollup cube sets materialized lateral is like ilike between array
    partition order interval end with recursive join tablesample bernoulli system reservoir real
    time
    timestamp
    overlaps to symmetric escape timestamptz bpchar div xor regexp mod nvarchar number string top
    repeatable ordinality semi anti asof sample rows exclude if columns struct
    bit
    """
)
"""Words that may stand before a bracket without being a function's name."""

UNITS = _words(
    """
    YEAR YEARS QUARTER MONTH MONTHS WEEK WEEKS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS
    MILLISECOND MILLISECONDS MICROSECOND MICROSECONDS DOW DOY ISODOW ISOYEAR EPOCH DECADE CENTURY
    MILLENNIUM DAYOFWEEK DAYOFYEAR TIMEZONE
    """
)
"""Units of time. The parser reads some columns as bare words; only these pass as such."""

UNIT_HOLDERS = _words(
    "Interval Extract TimestampTrunc DateTrunc DateDiff DateAdd DateSub LastDay TimestampAdd "
    "TimestampSub TimestampDiff DateBin"
)
"""Nodes under which a bare word is a unit of time and not a name."""

TYPES = _words(
    """
    BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE DECIMAL
    TEXT VARCHAR CHAR NCHAR NVARCHAR BPCHAR DATE TIME TIMESTAMP TIMESTAMPTZ TIMESTAMPNTZ TIMETZ
    DATETIME INTERVAL UUID JSON JSONB ARRAY VARBINARY BINARY MONEY INET BIT STRUCT MAP
    TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS MEDIUMINT YEAR INT4RANGE INT8RANGE NUMRANGE DATERANGE
    TSRANGE TSTZRANGE INT4MULTIRANGE NUMMULTIRANGE DATEMULTIRANGE TSMULTIRANGE
    """
)
"""Types to cast to: no catalogue types (``regclass``), no ``xml``, no user-defined ones."""

KEYWORDS = _words(
    """
    LEADING TRAILING BOTH UNBOUNDED PRECEDING FOLLOWING ROWS RANGE GROUPS
    """
) | {"CURRENT ROW"}
"""Text arguments of nodes that the generator writes out as they are."""
