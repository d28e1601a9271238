use std::time::Instant;
use writing::search::{Finder, Subject};
fn main() {
    let base = [
        "社会保障卡补换",
        "城乡最低生活保障申请",
        "住房困难与渗漏水调处",
        "老年人优待证办理",
        "残疾人证申领",
        "失业登记",
        "生育登记",
        "占道经营投诉",
        "噪音扰民投诉",
        "高龄津贴",
        "出租房屋登记备案",
        "居民医保参保",
        "老旧小区加装电梯",
        "婚姻登记档案查询",
    ];
    let other = [
        "低保怎么办",
        "吃低保",
        "困难补助",
        "楼上漏水",
        "房子漏水",
        "天花板滴水",
        "老年证",
        "敬老卡",
        "残疾评定",
        "没工作",
        "失业金",
        "准生证",
        "广场舞",
        "半夜施工",
        "装修太吵",
    ];
    let place = [
        "东门", "西桥", "南湖", "北苑", "新民", "光明", "胜利", "人民", "和平", "建设", "解放", "红旗",
        "向阳", "幸福",
    ];
    let mut n = Vec::new();
    for i in 0..10_000usize {
        n.push((
            format!("{}{}{}", place[i % 14], base[(i / 14) % 14], i),
            (0..4)
                .map(|k| format!("{}{}", place[(i + k * 3) % 14], other[(i / 7 + k * 5) % 15]))
                .collect::<Vec<_>>(),
        ));
    }
    let t = Instant::now();
    let f = Finder::new(n.iter().map(|it| Subject {
        name: &it.0,
        words: &it.1,
        asked: 0,
    }));
    println!("build {:?}", t.elapsed());
    for q in [
        "s",
        "sh",
        "shbz",
        "shehuibao",
        "低保",
        "楼上漏水",
        "我家楼上漏水怎么办",
        "laoniamzheng",
        "d",
        "dibao",
        "dmsh",
        "zz",
        "广场舞太吵了",
        "dibap",
        "qqqqq",
        "mnhsdl",
        "人民证申",
    ] {
        let mut best = f64::MAX;
        let mut k = 0;
        for _ in 0..20 {
            let t = Instant::now();
            k = f.find(q, 8).len();
            best = best.min(t.elapsed().as_secs_f64() * 1e3);
        }
        println!("{q}: {best:.3} ms {k}");
    }
}
