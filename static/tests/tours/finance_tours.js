import {registry} from "@web/core/registry";

// A finance agent links a suggested invoice and registers its payment, from the ticket.
registry.category("web_tour.tours").add("support_policy_invoices", {
    steps: () => [
        {
            trigger: "a[name='invoices']",
            timeout: 60000, // the first page also builds the assets
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name='suggested_invoice_ids'] button[name='action_link_to_ticket']",
            run: "click",
        },
        {
            content: "what is due shows at a glance",
            trigger: "button[name='action_open_invoices']:contains('1,150.00')",
        },
        {
            trigger:
                ".o_field_widget[name='invoice_ids'] button[name='action_register_payment_from_ticket']",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_create_payments']",
            run: "click",
        },
        {
            content: "back on the ticket, nothing is due any more",
            trigger:
                "button[name='action_open_invoices']:contains('0.00'):not(:contains('1,150'))",
        },
    ],
});
