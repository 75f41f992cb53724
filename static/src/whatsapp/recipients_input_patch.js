import {_t} from "@web/core/l10n/translation";
import {fields} from "@mail/core/common/record";
import {patch} from "@web/core/utils/patch";
import {RecipientsInput} from "@mail/core/web/recipients_input";
import {Thread} from "@mail/core/common/thread_model";

/** Who gets a message on a WhatsApp ticket: the requester, though not by mail. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.goesByWhatsapp = fields.Attr(false);
    },
});

patch(RecipientsInput.prototype, {
    getPlaceholder() {
        return this.props.thread.goesByWhatsapp
            ? _t("The requester, by WhatsApp")
            : super.getPlaceholder();
    },
});
