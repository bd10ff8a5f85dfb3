{{ condition_concept(diagnosis=[ref('codelist_stroke'), ref('codelist_transient_ischaemic_attack')]) }}
