//! Hostile texts: they are sent as they were typed.

use trill::apns::{Payload, PushType};
use trill::call::template;

use super::said;

#[test]
fn is_sent_as_it_is_typed() {
    for text in [
        template::ARTICLE,
        "{}",
        " {\"a\" : 1,\n\"a\":2} ",
        r#"{"n":18446744073709551616}"#,
    ] {
        assert_eq!(Payload::parse(text, PushType::Voip).unwrap().text(), text);
    }
}

/// Texts that people type into fields to see whether a page runs them.
const HOSTILE: [&str; 40] = [
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert`1`>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mtext></mtext><style><img src=x onerror=alert(1)></style>",
    "<template><script>alert(1)</script></template>",
    "<base href=https://evil.test/>",
    "<meta http-equiv=refresh content=0;url=https://evil.test>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<form action=https://evil.test><button>x</button></form>",
    "<object data=data:text/html,x></object>",
    "<embed src=data:text/html,x>",
    "<!--<img src=x onerror=alert(1)>-->",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "'-alert(1)-'",
    "');alert(1);//",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "#{7*7}",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script&#x3e;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "＜script＞alert(1)＜/script＞",
    "\u{202e}>tpircs<",
    "__proto__",
    "onerror=alert(1) x=",
];

#[test]
fn hostile_texts_pass_through_untouched() {
    for hostile in HOSTILE {
        let text = format!("{{\"handle\": \"{hostile}\", \"{hostile}\": 1}}");
        let payload = Payload::parse(&text, PushType::Voip).unwrap();
        assert_eq!(
            (payload.text(), payload.value()["handle"].as_str()),
            (text.as_str(), Some(hostile))
        );
        assert_eq!(payload.value()[hostile], 1);
        assert!(
            said(&text)
                .iter()
                .all(|finding| finding.code == "invisible_char"),
            "{hostile}"
        );
    }
}
