{{ condition_concept(diagnosis=ref('codelist_peripheral_arterial_disease')) }}
