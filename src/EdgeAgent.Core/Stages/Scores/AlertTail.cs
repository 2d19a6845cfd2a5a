using EdgeAgent.Core.Models;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>How the records of every alert end.</summary>
static class AlertTail
{
    /// <summary>Ends a payload with the model that gave the score.</summary>
    public static void WriteModel(JsonBuffer json, ModelIdentity? model)
    {
        if (model is not null)
        {
            json.Raw(",\"model\":"u8);
            json.Text(model.Name);
            json.Raw(",\"model_version\":"u8);
            json.Text(model.Version);
            json.Raw(",\"model_sha256\":"u8);
            json.Text(model.Sha256);
        }

        json.Raw("}"u8);
    }
}
