// How long a browser takes to open a report's page, and to answer on it: the page of many runs, and that of one run with many layers and steps.
// dotnet run -c Release --project benchmarks/Pages -- [--runs N] [--rows N] [--layers N] [--steps N] [--turns N] [--browser PATH]
// Logs are diagnosed by the command, which has to be built; each turn opens its page in a window of its own. Medians, and the longest turn.
// The one run is opened in turns with a short one of four layers, so that what counts is how much longer it takes.
using System.Globalization;
using Microsoft.Playwright;
using TrainingDoctor.Benchmarks.Logs;
using TrainingDoctor.Benchmarks.Pages;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int turns = Number("--turns", 9);
string folder = Directory.CreateTempSubdirectory("traindoctor-pages-").FullName;
try
{
    using var playwright = await Playwright.CreateAsync();
    await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Option("--browser") ?? "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });

    int runs = Number("--runs", 200);
    int rows = Number("--rows", 300);
    string logs = Path.Combine(folder, "logs");
    SmallLogs.Write(logs, runs, rows);
    string many = Diagnose(logs, $"{runs} runs of {rows} rows");
    foreach (var (name, times) in (await TakeTurnsAsync(browser, Opening.OfManyRuns, many))[0])
    {
        Console.WriteLine($"  {name,-30} {Median(times),6:F0} ms (longest {times.Max():F0})");
    }

    int layers = Number("--layers", 100);
    int steps = Number("--steps", 10_000);
    string small = Diagnose(LayeredLog.Write(folder, layers: 4, steps: 300), "a run of 4 layers and 300 steps");
    string large = Diagnose(LayeredLog.Write(folder, layers, steps), $"a run of {layers} layers and {steps} steps");
    var taken = await TakeTurnsAsync(browser, Opening.OfOneRun, small, large);
    foreach (var (name, times) in taken[1])
    {
        Console.WriteLine($"  {name,-30} {Median(times),6:F0} ms (longest {times.Max():F0}), {Median(times) / Median(taken[0][name]):F2} times the small page's");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return 0;

string Diagnose(string logs, string description)
{
    string page = $"{logs}.html";
    var made = TimedProcess.Run(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Host/bin/Release/net10.0/traindoctor")), "diagnose", logs, "--quiet", "--output", page);
    Console.WriteLine($"{description}: diagnosed and written in {made.Seconds:F2} s; the page has {new FileInfo(page).Length / 1024:N0} KiB");
    return page;
}

// For each page what each turn took, by its name. The browser's own first page is not the report's.
async Task<List<Dictionary<string, List<double>>>> TakeTurnsAsync(IBrowser browser, Opening opening, params string[] pages)
{
    var taken = pages.Select(_ => new Dictionary<string, List<double>>()).ToList();
    for (int turn = 0; turn <= turns; turn++)
    {
        for (int page = 0; page < pages.Length; page++)
        {
            foreach (var (name, time) in await opening.TakeAsync(browser, new Uri(pages[page]).AbsoluteUri))
            {
                if (turn > 0)
                {
                    (taken[page].TryGetValue(name, out var times) ? times : taken[page][name] = []).Add(time);
                }
            }
        }
    }

    return taken;
}

static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}

int Number(string name, int otherwise) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
