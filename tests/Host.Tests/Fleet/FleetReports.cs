using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>Reports of the same run by a host and by <c>diagnose</c> on its record.</summary>
internal static class FleetReports
{
    /// <summary>Returns a report without what tells where the run was read.</summary>
    /// <param name="json">The report.</param>
    public static string Comparable(string json)
    {
        var report = JObject.Parse(json);
        ((JObject)report["run"]!).Remove("path");
        ((JObject)report["run"]!).Remove("source");
        return report.ToString();
    }
}
