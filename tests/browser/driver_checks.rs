//! The driver does what a person does, on a page that shows what reached it.

use std::time::Duration;

use serde_json::json;

use crate::driver::{Browser, CONTROL, NONE, SHIFT, by_test};
use crate::stand_in::{self, Page};
use crate::support::temp_dir::TempDir;

const SOON: Duration = Duration::from_secs(5);

const HTML: &str = "content-type: text/html; charset=utf-8\r\n";

static PAGES: [Page; 1] = [Page {
    path: "/",
    headers: HTML,
    html: r#"<!doctype html><link rel="icon" href="data:,"><title>Stand-in</title>
<style>
  @media (prefers-color-scheme: dark) { body { background: #000 } }
  .far { margin-top: 3000px } .cover { position: fixed; inset: 0; }
</style>
<button data-test="count">0</button>
<input data-test="line" value="old">
<textarea data-test="area">first
second</textarea>
<p data-test="keys"></p>
<div data-test="zone">Drop it here <input type="file" data-test="file" hidden></div>
<p data-test="content"></p>
<label>Remember <input type="checkbox" data-test="box"></label>
<div class="far"><button data-test="far" aria-label="Far below">far</button></div>
<script>
  const at = name => document.querySelector(`[data-test=${name}]`);
  at('count').onclick = event => { if (event.isTrusted) event.target.textContent++ };
  at('far').onclick = () => at('far').textContent = 'found';
  document.onkeydown = event => at('keys').textContent +=
      `${event.ctrlKey ? 'Ctrl+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.key} `;
  const show = async (how, files) => {
    const texts = await Promise.all([...files].map(async file => `${file.name} ${file.size} ${await file.text()}`));
    at('content').textContent = how + ' ' + texts.join(' & ');
  };
  at('zone').ondragover = event => event.preventDefault();
  at('zone').ondrop = event => { event.preventDefault(); show('dropped', event.dataTransfer.files) };
  at('file').onchange = event => show('chosen', event.target.files);
</script>"#,
}];

#[tokio::test(flavor = "multi_thread")]
async fn clicks_with_a_real_mouse_even_far_down_the_page() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.click(&by_test("count")).await;
    tab.click(&by_test("count")).await;
    assert_eq!(tab.text(&by_test("count")).await, "2");
    tab.click(&by_test("far")).await;
    assert_eq!(tab.text(&by_test("far")).await, "found");
    assert_eq!(
        tab.attribute(&by_test("far"), "aria-label")
            .await
            .as_deref(),
        Some("Far below")
    );
    assert_eq!(tab.attribute(&by_test("far"), "title").await, None);
    tab.click(&by_test("box")).await;
    assert!(tab.has("input:checked").await);
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "something covers it")]
async fn does_not_click_through_what_covers_a_button() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.eval("document.body.insertAdjacentHTML('beforeend', '<div class=cover></div>')")
        .await;
    tab.click(&by_test("count")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chooses_by_typing_on_a_page_that_is_slow() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.eval(
        "document.body.innerHTML = '<select><option>-<option>aab<option>aac<option>c</select>';
         const list = document.querySelector('select');
         list.onchange = () => { for (const start = Date.now(); Date.now() < start + 1200;); };
         list.focus();",
    )
    .await;
    tab.type_text("aac").await;
    assert_eq!(tab.text("select").await, "aac");
}

#[tokio::test(flavor = "multi_thread")]
async fn types_replaces_and_presses_keys() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.set_value(&by_test("line"), "").await;
    tab.type_text("Ab1.").await;
    assert_eq!(tab.text(&by_test("line")).await, "Ab1.");
    tab.press("Tab", NONE).await;
    tab.press("End", NONE).await;
    tab.type_text("\n!").await;
    assert_eq!(
        tab.eval("document.activeElement.dataset.test").await,
        json!("area")
    );
    assert!(
        tab.text(&by_test("area")).await.contains("\n!"),
        "{}",
        tab.text(&by_test("area")).await
    );
    tab.set_value(&by_test("area"), "{\n  \"ü\": \"€\"\n}")
        .await;
    assert_eq!(tab.text(&by_test("area")).await, "{\n  \"ü\": \"€\"\n}");
    tab.press("Enter", CONTROL).await;
    tab.press("Tab", SHIFT).await;
    tab.press("Escape", NONE).await;
    assert!(
        tab.text(&by_test("keys"))
            .await
            .ends_with("Ctrl+Enter Shift+Tab Escape"),
        "{}",
        tab.text(&by_test("keys")).await
    );
    assert_eq!(
        tab.eval("document.activeElement.dataset.test").await,
        json!("line")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_with_tab_and_pastes_what_was_copied() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.copy("ü\n{\"two\": lines}").await;
    tab.tab_to(&by_test("area")).await;
    tab.select_all().await;
    tab.paste().await;
    assert_eq!(tab.text(&by_test("area")).await, "ü\n{\"two\": lines}");
    tab.tab_back_to(&by_test("count")).await;
    tab.press("Enter", NONE).await;
    assert_eq!(tab.text(&by_test("count")).await, "1");
    assert_eq!(tab.text(&by_test("line")).await, "old");
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "Tab never came to [data-test=\"content\"], but to count, line, area")]
async fn does_not_walk_to_what_cannot_have_the_focus() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.tab_to(&by_test("content")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sees_how_long_a_page_stood_still() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.watch_tasks().await;
    assert!(tab.longest_task().await < Duration::from_millis(200));
    tab.eval("document.body.onkeydown = () => { const end = performance.now() + 250; while (performance.now() < end); }").await;
    tab.watch_tasks().await;
    tab.press("a", NONE).await;
    assert!(tab.longest_task().await >= Duration::from_millis(250));
    tab.watch_tasks().await;
    assert!(
        tab.longest_task().await < Duration::from_millis(200),
        "what was before is forgotten"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn drops_and_chooses_files_with_their_contents() {
    let folder = TempDir::new();
    let first = folder.write("AuthKey_ABC123DEFG.p8", "first key");
    let second = folder.write("second.txt", "é");
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    let shows = |text: &str| {
        format!("document.querySelector('[data-test=content]').textContent === '{text}'")
    };
    tab.drop_files(&by_test("zone"), &[&first, &second]).await;
    tab.wait_until(
        &shows("dropped AuthKey_ABC123DEFG.p8 9 first key & second.txt 2 é"),
        SOON,
    )
    .await;
    tab.choose_file(&by_test("file"), &first).await;
    tab.wait_until(&shows("chosen AuthKey_ABC123DEFG.p8 9 first key"), SOON)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_pictures_of_both_schemes_in_the_size_asked_for() {
    let folder = TempDir::new();
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    let (light, dark) = (
        folder.path().join("light.png"),
        folder.path().join("dark.png"),
    );
    tab.screenshot(&light, 360, 640, false).await;
    assert_eq!(tab.eval("innerWidth").await, json!(360));
    tab.screenshot(&dark, 360, 640, true).await;
    let (light, dark) = (std::fs::read(light).unwrap(), std::fs::read(dark).unwrap());
    // The IHDR chunk of a PNG names width and height first.
    assert_eq!(light[16..24], [0, 0, 1, 104, 0, 0, 2, 128]);
    assert_ne!(light, dark);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_starts_the_page_anew() {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", stand_in::serve(&PAGES))).await;
    tab.click(&by_test("count")).await;
    tab.reload().await;
    tab.wait_for(&by_test("count"), SOON).await;
    assert_eq!(tab.text(&by_test("count")).await, "0");
}
