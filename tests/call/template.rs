//! The templates.

use trill::apns::uuid::Uuid;
use trill::call::template;

use crate::OTHER_UUID;

#[test]
fn the_articles_payload_is_recognised_with_any_uuid() {
    let fresh = template::article(&Uuid::parse(OTHER_UUID).unwrap());
    assert!(fresh.contains(OTHER_UUID));
    assert!(template::is_article(&fresh) && template::is_article(template::ARTICLE));
    for own in ["", "{}", &template::ARTICLE.replace("alice", "bob"), &format!("{} ", template::ARTICLE)] {
        assert!(!template::is_article(own), "{own}");
    }
}
