import {_t} from "@web/core/l10n/translation";
import {Failure} from "@mail/core/common/failure_model";
import {Notification} from "@mail/core/common/notification_model";
import {patch} from "@web/core/utils/patch";

/** How far a WhatsApp message has come, where Odoo shows it for mails. */
patch(Notification.prototype, {
    get failureMessage() {
        if (this.notification_type === "whatsapp") {
            return this.failure_reason || super.failureMessage;
        }
        return super.failureMessage;
    },
    get icon() {
        return this.notification_type === "whatsapp" ? "fa fa-whatsapp" : super.icon;
    },
    get label() {
        return this.notification_type === "whatsapp" ? this.statusTitle : super.label;
    },
    get statusIcon() {
        return this.notification_status === "read"
            ? "fa fa-check-circle text-info"
            : super.statusIcon;
    },
    get statusTitle() {
        return this.notification_status === "read" ? _t("Read") : super.statusTitle;
    },
});

patch(Failure.prototype, {
    get body() {
        return this.type === "whatsapp"
            ? _t("An answer did not reach the requester by WhatsApp")
            : super.body;
    },
});
