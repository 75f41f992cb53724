import {registry} from "@web/core/registry";

// A team leader closes a request for a violation, after seeing what will be sent.
registry.category("web_tour.tours").add("support_policy_violation", {
    steps: () => [
        {
            trigger: "button[name='action_close_for_violation']",
            timeout: 60000, // the first page also builds the assets
            run: "click",
        },
        {
            content: "the first of the rules",
            trigger: ".modal .o_field_widget[name='rule_ids'] input:first",
            run: "check",
        },
        {
            content: "the message that contains a listed term is chosen already",
            trigger: ".modal .o_data_row [name='chosen'] input:checked",
        },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit أساء إلى الفريق",
        },
        {
            trigger: ".modal button[name='action_preview']",
            run: "click",
        },
        {
            content: "the notice, in the requester's language, from right to left",
            trigger:
                ".modal .o_support_notice [dir='rtl']:contains('أساء إلى الفريق'):contains('مُهمـــل')",
        },
        {
            trigger: ".modal button[name='action_close']",
            run: "click",
        },
        {
            content: "it can be undone for some minutes",
            trigger: "button[name='action_undo_violation']",
        },
    ],
});

// A compliance officer studies the case and takes action.
registry.category("web_tour.tours").add("support_policy_study", {
    steps: () => [
        {
            content: "the evidence, unchanged",
            trigger: ".o_support_evidence:contains('مُهمـــل') .fa-lock",
            timeout: 60000, // the first page also builds the assets
        },
        {
            trigger: "button[name='action_study']",
            run: "click",
        },
        {
            content: "now it can be decided",
            trigger: "button[name='action_uphold']",
        },
        {
            trigger: ".o_field_widget[name='decision'] textarea",
            run: "edit ثبتت المخالفة",
        },
        {
            trigger: ".o_field_widget[name='action_id'] input",
            run: "click",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:eq(1) > a",
            run: "click",
        },
        {
            trigger: "button[name='action_uphold']",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the case is decided",
            trigger: ".o_field_widget[name='decided_by_id']",
        },
    ],
});
