"""Every switch and parameter that a rule may read.

Written by `make types` from sim.model: not to be edited by hand.
"""

from __future__ import annotations


class Parameters:
    """The parameter record `p`: switches of mechanisms, then parameters, in order of declaration."""

    planning: bool
    agglomeration: bool
    anchoring: bool
    demand_shocks: bool
    investment: bool
    congestion: bool
    cooperation: bool
    customer_base: bool
    imports: bool
    open_economy: bool
    redirection: bool
    specific_inputs: bool
    input_shortage: bool
    demand: bool
    disruption: bool
    emergence: bool
    endowments: bool
    entry: bool
    exchange: bool
    exit: bool
    bail_outs: bool
    finance: bool
    regional_financing: bool
    heterogeneity: bool
    incumbent_standard: bool
    innovation: bool
    spillovers: bool
    diffusion: bool
    fading_leads: bool
    competition: bool
    opening_labour: bool
    labour_clearing: bool
    learning: bool
    trade_costs: bool
    overhead_costs: bool
    efficient_scale: bool
    entry_by_earnings: bool
    pricing: bool
    professional_market: bool
    relocation: bool
    spin_offs: bool
    supply_contracts: bool
    transfers: bool
    takeovers: bool
    tiers: bool
    used_plants_market: bool
    viability: bool
    niches: bool
    planner_error: float  # s.d. of fit
    announcement_pull: float  # 1
    plan_unmet_weight: float  # 1
    plan_related_weight: float  # 1
    plan_crowding_weight: float  # 1
    hot_judgement_weight: float  # 1
    hot_margin_weight: float  # 1
    hot_margin_bound: float  # 1
    leading_regions: float  # 1
    hot_naming: float  # 1
    localisation_elasticity: float  # 1
    urbanisation_elasticity: float  # 1
    related_variety: float  # 1
    agglomeration_decay: float  # 1
    agglomeration_scale: float  # km
    leader_contracts: int  # 1
    teaching_rate: float  # 1/year
    teaching_years: int  # years
    teaching_cap: float  # ln productivity
    anchor_gain: float  # ln productivity
    anchor_range: float  # km
    anchor_speed: float  # 1/year
    leader_spin_offs: float  # 1
    chain_relatedness: float  # 1
    appeal_volatility: float  # ln
    appeal_tail: float  # 1
    appeal_drift: float  # 1/year
    foresight: float  # 1
    investment_speed: float  # 1/year
    investment_cap: float  # 1/year
    build_lag: int  # years
    depreciation: float  # 1/year
    capital_price: float  # 1
    interest: float  # 1/year
    wage_density: float  # 1
    rent_density: float  # 1
    specific_congestion: float  # 1
    wage_adjustment: float  # 1
    density_floor: float  # 1
    tie_distance: float  # 1
    tie_scale: float  # km
    search_decay: float  # 1
    tie_cognition: float  # 1
    best_distance: float  # 1
    tie_closure: float  # 1
    closure_limit: int  # firms
    tie_success: float  # 1
    tie_attachment: float  # 1
    tie_cost: float  # 1
    institute_tie_cost: float  # 1
    tie_crowding: float  # 1
    tie_institution: float  # 1
    tie_end: float  # 1/year
    tie_candidates: int  # firms/year
    tie_activity: float  # 1
    activity_limit: float  # 1
    project_gain: float  # 1
    project_limit: int  # links
    institute_places: int  # links
    first_customers: float  # 1
    base_spread: float  # ln
    base_damping: float  # 1
    base_fade: float  # 1/year
    rising_share: float  # 1
    rising_speed: float  # 1/year
    rising_end: float  # 1/year
    customer_bound: float  # 1
    largest_size: float  # firms
    import_share: float  # 1
    gateways: float  # 1
    import_markup: float  # 1
    world_progress: float  # 1/year
    world_convergence: float  # 1/year
    redirection_limit: float  # 1
    room_margin: float  # 1
    input_specificity: float  # share
    input_elasticity: float  # 1
    income_from_production: float  # 1
    industry_elasticity: float  # 1
    demand_headroom: float  # 1
    new_good_price: float  # 1
    resourcing: float  # 1/year
    emergence_chance: float  # 1
    emergence_focus: float  # 1
    ceiling_spread: float  # ln
    endowment_spread: float  # ln productivity
    absolute_advantage: float  # ln productivity
    place_learning: float  # 1/year
    entry_rate: float  # 1/year
    entry_base: int  # firms
    entry_response: float  # 1
    normal_margin: float  # 1
    entry_margin_bound: float  # 1
    profit_pull: float  # 1
    prospect_floor: float  # 1
    herding: float  # 1
    startup_labour: float  # workers
    startup_share: float  # 1/year
    knowledge_exchange: float  # 1/year
    exit_first: float  # 1/year
    exit_young: float  # 1/year
    exit_middle: float  # 1/year
    exit_old: float  # 1/year
    exit_margin: float  # 1
    exit_margin_bound: float  # ln
    exit_size: float  # 1
    exit_size_bound: float  # s.d. of ln sales
    exit_hazard_max: float  # 1/year
    exit_norm_speed: float  # 1/year
    exit_norm_floor: float  # 1
    bankruptcy: float  # 1
    bail_out_chance: float  # 1
    collateral: float  # 1
    trade_credit: float  # 1
    trade_credit_partners: int  # firms
    opening_cash: float  # years of sales
    own_share: float  # 1
    burden_bound: float  # 1
    entrant_gap: float  # ln productivity
    spin_off_gap: float  # ln productivity
    entrant_spread: float  # ln productivity
    spin_off_spread: float  # 1
    entrant_size: float  # 1
    capacity_response: float  # 1
    research_spread: float  # ln
    knowledge_spread: float  # 1
    leader_lead: float  # ln productivity
    leader_spread: float  # 1
    leader_size: float  # 1
    cell_pull: float  # 1
    opening_age_rate: float  # 1/year
    opening_age_max: float  # years
    incumbent_age: int  # years
    incumbent_weight: float  # 1
    innovation_rate: float  # 1/year
    research_elasticity: float  # 1
    innovation_step: float  # ln productivity
    innovation_size: float  # 1
    breadth_min: float  # 1
    radical_share: float  # 1
    radical_gain: float  # 1
    radical_jump: float  # 1
    innovation_jump: float  # 1
    grant_intensity_limit: float  # 1
    spillover_elasticity: float  # 1
    institute_elasticity: float  # 1
    institute_research: float  # 1
    spillover_range: float  # km
    absorption_half: float  # 1
    stage_offset: float  # 1
    imitation_rate: float  # 1/year
    lead_fade: float  # 1/year
    competition_peak: float  # 1
    competition_width: float  # 1
    competition_floor: float  # 1
    opening_builders: float  # 1
    labour_reserve: float  # 1
    national_learning: float  # 1
    learning_everywhere: int  # 0 or 1
    first_experience: float  # years
    frontier_barrier: float  # 1
    variety_elasticity: float  # 1
    distance_cost: float  # 1
    trade_scale: float  # km
    protection: float  # 1
    overhead: float  # workers
    overhead_scale: float  # 1
    payout: float  # 1/year
    cash_reserve: float  # years of sales
    efficient_size_upstream: float  # 1
    scale_elasticity_upstream: float  # 1
    efficient_size_midstream: float  # 1
    scale_elasticity_midstream: float  # 1
    efficient_size_downstream: float  # 1
    scale_elasticity_downstream: float  # 1
    scale_cost_limit: float  # 1
    overhead_fixed: float  # 1
    newcomer_rate: float  # 1/year
    newcomer_response: float  # 1
    newcomer_normal: float  # 1
    price_speed: float  # 1/year
    utilisation_cap: float  # 1
    price_anchor: float  # 1/year
    normal_utilisation: float  # 1
    search_markup: float  # 1
    search_half: float  # 1
    relocation_rate: float  # 1/year
    relocation_loss: float  # 1
    relocation_age: int  # years
    relocation_gain: float  # 1
    spin_off_rate: float  # 1/year
    spin_off_excellence: float  # 1
    spin_off_quantile: float  # 1
    spin_off_home: float  # 1
    inheritance: float  # 1
    contract_share: float  # 1
    suppliers_per_input: int  # links
    contract_range: float  # km
    supply_candidates: int  # firms
    contract_review: float  # 1/year
    trust_value: float  # ln price
    trust_speed: float  # 1/year
    order_limit: float  # 1
    pass_through: float  # 1
    pass_through_bound: float  # 1
    support_reach: float  # 1
    entry_cover: float  # 1
    startup_write_off: float  # 1/year
    investment_match: float  # 1
    returned_share: float  # 1
    takeover_size: float  # 1
    takeover_loss: float  # 1
    innovative_share: float  # 1
    specialised_share: float  # 1
    champion_share: float  # 1
    leading_share: float  # 1
    tier_hysteresis: float  # 1
    tier_review: int  # years
    tier_memory: float  # years
    tier_growth_weight: float  # 1
    tier_niche_weight: float  # 1
    tier_size_weight: float  # 1
    used_share: float  # 1
    used_price: float  # 1
    used_decay: float  # 1/year
    closing_old: float  # 1/year
    closing_young: float  # 1/year
    closing_years: float  # years
    closing_size: float  # 1
    closing_margin: float  # 1
    outlook_speed: float  # 1/year
    niche_elasticity: float  # 1
    niche_opening: float  # 1
    opening_lead: float  # 1
    opening_science: float  # 1/s.d.
    attracted_copying: float  # 1
    copy_local: float  # 1
