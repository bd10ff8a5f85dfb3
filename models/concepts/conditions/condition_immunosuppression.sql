{{ condition_concept(diagnosis=ref('codelist_immunosuppression')) }}
