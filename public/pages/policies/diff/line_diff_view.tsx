export { LineDiffView } from '../../../components/line_diff_view';
