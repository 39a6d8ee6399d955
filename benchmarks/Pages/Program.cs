// How long a browser takes to open the page of many runs, and to answer on it.
// dotnet run -c Release --project benchmarks/Pages -- [--runs N] [--rows N] [--turns N] [--browser PATH]
// Logs of three curves are diagnosed by the command, which has to be built; each turn opens its page in a window of its own. Medians, and the longest turn.
using System.Globalization;
using Microsoft.Playwright;
using TrainingDoctor.Benchmarks.Logs;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int runs = Number("--runs", 200);
int rows = Number("--rows", 300);
string folder = Directory.CreateTempSubdirectory("traindoctor-pages-").FullName;
try
{
    string logs = Path.Combine(folder, "logs");
    string file = Path.Combine(folder, "runs.html");
    SmallLogs.Write(logs, runs, rows);
    var made = TimedProcess.Run(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Host/bin/Release/net10.0/traindoctor")), "diagnose", logs, "--quiet", "--output", file);
    Console.WriteLine($"{runs} runs of {rows} rows: diagnosed and written in {made.Seconds:F2} s; the page has {new FileInfo(file).Length / 1024:N0} KiB");

    using var playwright = await Playwright.CreateAsync();
    await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Option("--browser") ?? "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });
    var turns = new List<Dictionary<string, double>>();
    for (int turn = 0; turn <= Number("--turns", 9); turn++)
    {
        var taken = await OpenAsync(browser, new Uri(file).AbsoluteUri);
        if (turn > 0)
        {
            // The browser's own first page is not the report's.
            turns.Add(taken);
        }
    }

    foreach (string name in turns[0].Keys)
    {
        double[] sorted = [.. turns.Select(turn => turn[name]).Order()];
        Console.WriteLine($"  {name,-30} {sorted[sorted.Length / 2],6:F0} ms (longest {sorted[^1]:F0})");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return 0;

static async Task<Dictionary<string, double>> OpenAsync(IBrowser browser, string address)
{
    // Times are from the beginning of the navigation; an answer is there when its frame is drawn.
    const string Opening = """
        async () => {
          const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          await drawn();
          const ready = performance.now();
          const navigation = performance.getEntriesByType("navigation")[0];
          const timed = async (act) => { const begun = performance.now(); act(); await drawn(); return performance.now() - begun; };
          const find = document.getElementById("find");
          const filtered = await timed(() => { find.value = "0001"; find.dispatchEvent(new Event("input")); });
          find.value = ""; find.dispatchEvent(new Event("input"));
          const sorted = await timed(() => document.querySelector("th[data-sort=best] button").click());
          const boxes = [...document.querySelectorAll(".pick input")].slice(0, 10);
          const charted = await timed(() => boxes.forEach((box) => box.click()));
          return [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN, navigation.domInteractive, navigation.loadEventEnd, ready, filtered, sorted, charted];
        }
        """;
    string[] names = ["first contentful paint", "document read", "scripts done, page loaded", "answers", "filtered by a word", "sorted by best loss", "ten runs chosen, in one chart"];
    await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 900 } });
    var page = await context.NewPageAsync();
    var session = await context.NewCDPSessionAsync(page);
    await session.SendAsync("Performance.enable");
    await page.GotoAsync(address);
    var spent = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray().ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
    double[] figures = await page.EvaluateAsync<double[]>(Opening);
    var taken = names.Zip(figures).ToDictionary(pair => pair.First, pair => pair.Second);
    foreach (var (name, metric) in new[] { ("until loaded, work in all", "TaskDuration"), ("  of it layouts", "LayoutDuration"), ("  styles", "RecalcStyleDuration"), ("  scripts", "ScriptDuration") })
    {
        taken[name] = 1000 * spent[metric];
    }

    return taken;
}

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}

int Number(string name, int otherwise) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
